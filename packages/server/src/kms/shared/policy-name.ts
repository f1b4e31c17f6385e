import { KmsError } from './kms-error.ts'

/** A key has one policy, and its name is `default`. */
export function requireDefaultName(name: string | undefined): void {
  if (name === undefined || name === 'default') return
  throw new KmsError('NotFoundException', `No such policy exists: ${name}`)
}
