import { Module, type DynamicModule } from '@nestjs/common';
import { SinkWriter } from './sink-writer.ts';
import { WarehouseSinkController } from './warehouse-sink.controller.ts';

/** Wiring of the warehouse sink. */
@Module({})
export class WarehouseSinkModule {
  static with(writer: SinkWriter): DynamicModule {
    return {
      module: WarehouseSinkModule,
      controllers: [WarehouseSinkController],
      providers: [{ provide: SinkWriter, useValue: writer }],
    };
  }
}
