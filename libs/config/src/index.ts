export { loadConfig, type Config } from './load-config.ts';
export { sections, type SectionName } from './sections.ts';
export { describeSettings, type Setting } from './describe-settings.ts';
