import { AdministrationError } from '../administration-error.ts'

/** Of all that is wrong alike: only the audit log is told what. */
export function refused(reason: string): AdministrationError {
  return new AdministrationError(
    'SignInRefused',
    'The account, user name, password or code is wrong, or too many wrong ones were tried: then wait a while',
    { cause: new Error(reason) },
  )
}
