import type { Database } from '#database';
import { Identity, type PeopleSettings } from '#identity';
import type { Log } from '#log';
import type { Mailer } from '#mail';
import { PersonSource } from '#service';
import type { MasterKeys } from '#webhooks';
import type { Provider } from '@nestjs/common';
import type { Caps } from '../caps.ts';
import { EmailChange } from './email-change.ts';
import { JoiningController } from './joining.controller.ts';
import { JoiningStore } from './joining.store.ts';
import { Letters } from './letters.ts';
import { MeController } from './me.controller.ts';
import { PasswordController } from './password.controller.ts';
import { People } from './people.ts';
import { PersonStore } from './person.store.ts';
import { SetupLink } from './setup-link.ts';
import { SignInController } from './sign-in.controller.ts';
import { SignInOptions } from './sign-in-options.ts';
import { SingleSignOnController } from './single-sign-on.controller.ts';
import { VerificationMail } from './verification-mail.ts';

/** What people need of the process. */
export interface PeopleParts {
  database: Database;
  settings: PeopleSettings;
  mailer: Mailer;
  masterKeys: MasterKeys;
  caps: Caps;
  log: Log;
  /** Shows a line to whoever started the hub. */
  print(line: string): void;
}

/** Routes of people about themselves. */
export const PEOPLE_CONTROLLERS = [
  SignInController,
  PasswordController,
  JoiningController,
  SingleSignOnController,
  MeController,
];

/** Wiring of people: identity, mails, and the guard's way to ask about them. */
export function peopleProviders(parts: PeopleParts): Provider[] {
  const { database, settings, mailer, masterKeys, caps, log, print } = parts;
  const letters = new Letters(settings.PUBLIC_URL);
  const joining = new JoiningStore(database);
  const persons = new PersonStore(database, caps);
  const identity = new Identity({
    database,
    settings,
    masterKey: masterKeys.current,
    log,
    // The answer must not take longer where there is somebody to write to.
    sendReset: ({ email }, token) => void mailer.send(letters.reset(email, token)),
    wasReset: (userId) => persons.settleReset(userId),
    wasRefused: (email, from) => persons.noteRefusedSignIn(email, from),
    isInvited: (email) => joining.isInvited(email),
  });
  const verification = new VerificationMail(identity, mailer, letters);
  return [
    { provide: Identity, useValue: identity },
    { provide: Letters, useValue: letters },
    { provide: JoiningStore, useValue: joining },
    { provide: PersonStore, useValue: persons },
    { provide: PersonSource, useValue: new People(identity, persons, settings.PUBLIC_URL) },
    {
      provide: EmailChange,
      useValue: new EmailChange({ identity, persons, mailer, letters, log }),
    },
    { provide: VerificationMail, useValue: verification },
    { provide: SignInOptions, useValue: new SignInOptions(mailer.isConfigured, settings.OIDC_NAME) },
    {
      provide: SetupLink,
      useValue: new SetupLink({ identity, joining, letters, mailer, verification, print }),
    },
  ];
}
