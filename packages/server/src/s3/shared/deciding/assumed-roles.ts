import { type Caller, callerOf } from '../../../access/caller.ts'
import { decideOnService } from '../../../access/decide-on-service.ts'
import { momentKeys } from '../../../access/global-keys.ts'
import { parsePolicy } from '../../../access/policy/parse-policy.ts'
import { type ContextKeys, RequestContext } from '../../../access/request-context.ts'
import { idOf } from '../../../identities/policy-principals.ts'
import { RoleCallers } from '../../../identities/role-callers.ts'
import { iamRoles, type IamRoleRow } from '../../../metadata/tables/iam-tables.ts'
import { readRow } from '../../../metadata/transaction.ts'
import type { S3Service } from '../service/service.ts'

/** Who acts as roles: a service, as trust policies name it, and what its sessions are called. */
interface Assuming {
  readonly principal: string
  readonly sessionName: string
}

/** Acts as roles, as far as these trust a service of S3. */
export class AssumedRoles {
  readonly #service: S3Service
  readonly #callers: RoleCallers
  readonly #assuming: Assuming

  constructor(service: S3Service, assuming: Assuming) {
    this.#service = service
    this.#callers = new RoleCallers({ accounts: service.accounts, metadata: service.stores.metadata })
    this.#assuming = assuming
  }

  /** `undefined` where there is no such role, or it does not trust the service. `keys`: on whose behalf. */
  async find(arn: string, keys: ContextKeys): Promise<Caller | undefined> {
    const { metadata } = this.#service.stores
    const roleId = await idOf(metadata, arn)
    const row = roleId?.startsWith('AROA') ? await readRow(metadata, iamRoles, roleId) : undefined
    if (roleId === undefined || !row || !this.#trusts(arn, row, keys)) return undefined
    const issuedMilliseconds = this.#service.clock.now().getTime()
    const times = { issuedMilliseconds, expiresMilliseconds: issuedMilliseconds }
    const session = { ...times, roleId, name: this.#assuming.sessionName, secretAccessKey: '' }
    return this.#callers.find(roleId, session)
  }

  #trusts(resource: string, row: IamRoleRow, keys: ContextKeys): boolean {
    const { clock, settings } = this.#service
    const context = new RequestContext(() => [
      ...momentKeys(clock.now(), settings.region),
      ['aws:ResourceAccount', row.accountId],
      ['aws:SecureTransport', 'true'],
      ...Object.entries(keys),
    ])
    const policy = {
      source: 'trust-policy',
      policy: parsePolicy(row.trustPolicy, { kind: 'trust' }),
    } as const
    const caller = callerOf({ kind: 'service', service: this.#assuming.principal })
    const action = 'sts:AssumeRole'
    return decideOnService({ caller, action, resource, accountId: row.accountId, context, policy }).allowed
  }
}
