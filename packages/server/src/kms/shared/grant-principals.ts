import { arnOf as entityArn, idOf } from '../../identities/policy-principals.ts'
import { arnOf } from '../../access/principal.ts'
import { UNIQUE_ID } from '../../access/policy/parse-principal.ts'
import { KmsError } from './kms-error.ts'
import type { KmsService } from './kms-service.ts'

type Service = Pick<KmsService, 'metadata' | 'accounts'>

const ROOT = /^arn:aws:iam::(\d{12}):root$/
const SESSION = /^arn:aws:sts::(\d{12}):(?:assumed-role|federated-user)\/./
const SERVICE = /^[a-z\d.-]+\.amazonaws\.com$/

/**
 * A principal as a grant keeps it: a user or role by its unique id, so that whoever gets the name of one that was deleted has none of its grants, and
 * one that is renamed keeps them. Throws InvalidArnException for what names nobody. Source: AWS KMS API Reference, CreateGrant.
 */
export async function keptPrincipal(service: Service, principal: string): Promise<string> {
  const kept = await findKeptPrincipal(service, principal)
  if (kept !== undefined) return kept
  throw new KmsError('InvalidArnException', `ARN does not refer to a valid principal: ${principal}`)
}

/** The same; `undefined` for what names nobody. */
export async function findKeptPrincipal(
  { metadata, accounts }: Service,
  principal: string,
): Promise<string | undefined> {
  const id = await idOf(metadata, principal)
  if (id !== undefined) return id
  const account = accounts.findById(ROOT.exec(principal)?.[1] ?? principal)
  if (account) return arnOf(account)
  const [, sessionAccount] = SESSION.exec(principal) ?? []
  if (sessionAccount !== undefined) return accounts.findById(sessionAccount) && principal
  return SERVICE.test(principal) ? principal : undefined
}

/** As answers show it: by ARN as it is called now; of one that is gone the id is left. */
export async function shownPrincipal({ metadata }: Pick<Service, 'metadata'>, kept: string): Promise<string> {
  return UNIQUE_ID.test(kept) ? ((await entityArn(metadata, kept)) ?? kept) : kept
}
