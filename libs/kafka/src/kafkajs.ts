import './speed-up-kafkajs.ts';

/** kafkajs, with its slowest parts replaced. Everything of it that runs is imported from here. */
export { AssignerProtocol, Kafka, logLevel } from 'kafkajs';
