import { aliasArn } from './resolve-key.ts'
import { KmsError } from './kms-error.ts'
import type { KmsCaller, KmsService } from './kms-service.ts'
import { authorizeAccount } from './key-access.ts'
import { text } from './read-input.ts'

export const aliasName = text({ most: 256, pattern: /^[a-zA-Z0-9:/_-]+$/ })

/** Throws unless customers may give, move and take away an alias of that name. */
export function requireOwnAlias(name: string): void {
  if (!/^alias\/[a-zA-Z0-9/_-]+$/.test(name)) {
    throw new KmsError(
      'ValidationException',
      'Invalid identifier: an alias must start with alias/ and have a name behind it.',
    )
  }
  if (!name.startsWith('alias/aws/')) return
  throw new KmsError('InvalidAliasNameException', 'Aliases that begin with alias/aws/ are reserved.')
}

/** An alias takes a permission of its own besides that of its key. */
export function authorizeAlias(
  service: KmsService,
  caller: KmsCaller,
  operation: string,
  name: string,
): void {
  const resource = aliasArn(service, caller.accountId, name)
  authorizeAccount(service, caller, operation, { resource })
}
