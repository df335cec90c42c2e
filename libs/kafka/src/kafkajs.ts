import './replace-record-encoder.ts';

/** kafkajs, with the encoding of records replaced. Everything of it that runs is imported from here. */
export { AssignerProtocol, Kafka, logLevel } from 'kafkajs';
