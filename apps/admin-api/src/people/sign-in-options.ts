/** What signing in looks like, by the hub's settings. A class so that it can be its own injection token. */
export class SignInOptions {
  readonly hasMail: boolean;
  readonly singleSignOnName: string;

  constructor(hasMail: boolean, singleSignOnName: string) {
    this.hasMail = hasMail;
    this.singleSignOnName = singleSignOnName;
  }
}
