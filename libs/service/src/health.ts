/** Answers whether one part of a process can do its work now. */
export type HealthCheck = () => boolean | Promise<boolean>;

/** The parts of a process that `/readyz` asks. */
export class Health {
  readonly #checks = new Map<string, HealthCheck>();

  add(name: string, check: HealthCheck): void {
    this.#checks.set(name, check);
  }

  /** Each part's answer; ready means all of them. */
  async report(): Promise<{ isReady: boolean; checks: Record<string, boolean> }> {
    const answers = await Promise.all(
      [...this.#checks].map(async ([name, check]) => [name, await check()] as const),
    );
    return { isReady: answers.every(([, answer]) => answer), checks: Object.fromEntries(answers) };
  }
}
