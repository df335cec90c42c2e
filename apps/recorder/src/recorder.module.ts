import { Module, type DynamicModule } from '@nestjs/common';
import { Erasures } from '#delivery';
import { Runtime } from '#service';
import { DeadLetterStore } from './dead-letter.store.ts';
import { RecordWriter } from './record-writer.ts';
import { RecorderController } from './recorder.controller.ts';

/** Wiring of the recorder. */
@Module({})
export class RecorderModule {
  static with(parts: {
    writer: RecordWriter;
    letters: DeadLetterStore;
    runtime: Runtime;
    erasures: Erasures;
  }): DynamicModule {
    return {
      module: RecorderModule,
      controllers: [RecorderController],
      providers: [
        { provide: RecordWriter, useValue: parts.writer },
        { provide: DeadLetterStore, useValue: parts.letters },
        { provide: Runtime, useValue: parts.runtime },
        { provide: Erasures, useValue: parts.erasures },
      ],
    };
  }
}
