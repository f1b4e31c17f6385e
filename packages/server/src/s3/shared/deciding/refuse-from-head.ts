import { couldAllow, decide } from '../../../access/decide.ts'
import type { Access, Asking } from './asking.ts'
import { accessDenied, gather } from './authorize.ts'

/**
 * Throws AccessDenied where nothing that the document of the request might say could let it in: the documents of
 * strangers are not read then. Whoever is let by may still be refused.
 */
export async function refuseFromHead(asking: Asking, access: Access): Promise<void> {
  const { evidence } = await gather(asking, access)
  if (!couldAllow(evidence)) throw accessDenied(decide(evidence))
}
