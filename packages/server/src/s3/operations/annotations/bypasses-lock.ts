import { bypassesGovernance } from '../../shared/object/object-lock-rules.ts'
import { requestParameter } from '../../shared/deciding/request-parameter.ts'
import type { OperationContext } from '../../shared/service/operation.ts'

/** Whether the request asks to bypass governance retention, and may. The header is in the text of the pages, not in the model. */
export async function bypassesLock(
  context: OperationContext,
  input: { readonly Bucket: string; readonly Key: string; readonly VersionId?: string | undefined },
): Promise<boolean> {
  const asked = requestParameter(context.head, new Map(), 'x-amz-bypass-governance-retention')
  const { Bucket, Key, VersionId } = input
  return bypassesGovernance(context, {
    Bucket,
    Key,
    VersionId,
    BypassGovernanceRetention: asked?.toLowerCase() === 'true',
  })
}
