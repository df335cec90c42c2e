import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Sdk } from './sdk.ts';

/** Gives every product service the one SDK of the process. */
@Global()
@Module({})
export class SdkModule {
  static with(sdk: Sdk): DynamicModule {
    return { module: SdkModule, providers: [{ provide: Sdk, useValue: sdk }], exports: [Sdk] };
  }
}
