import { AccountDirectory } from '../access/account-directory.ts'
import type { Explanation } from '../access/explanation.ts'
import { systemClock } from '../base/clock.ts'
import type { Config } from '../config/config.ts'
import { StoreAccounts } from '../identities/store-accounts.ts'
import { explain } from '../http/explain.ts'
import { checkFormat } from '../metadata/store-format.ts'
import { questionOf } from '../s3/explain-question.ts'
import { DocumentCache } from '../s3/shared/service/document-cache.ts'
import { openMetadataAlone } from './open-metadata-alone.ts'

/**
 * How a request would be decided on, by what a data folder holds, which is not changed; servers may be running on it.
 * Throws S3's errors for a question that makes no sense and for a bucket that is not there.
 */
export async function explainAccess(
  opened: { readonly config: Config; readonly dataDirectory: string },
  question: unknown,
): Promise<Explanation> {
  const { config } = opened
  await using metadata = await openMetadataAlone(opened, 'look')
  await checkFormat(metadata)
  const accounts = new AccountDirectory(config.accounts)
  await new StoreAccounts({ directory: accounts, metadata, clock: systemClock }).refresh()
  const service = {
    stores: { metadata },
    settings: { region: config.region },
    accounts,
    clock: systemClock,
    documents: new DocumentCache(),
  }
  return await explain(service, questionOf(question))
}
