import type { Account } from '../../access/accounts.ts'
import type { IamService } from '../../iam/shared/iam-service.ts'
import type { MinioIam } from './iam-archive.ts'

export interface IamImport {
  readonly service: IamService
  /** Whose users they become. */
  readonly account: Account
  readonly iam: MinioIam
  /** The name of MinIO's root user, whose service accounts may do everything with buckets and objects. */
  readonly root: string | undefined
  /** What could not be brought, or is not quite the same. */
  readonly tell: (what: string, problem: string) => void
}
