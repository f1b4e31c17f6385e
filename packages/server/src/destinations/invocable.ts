import { Places } from '../base/places.ts'
import { withinDeadline } from '../http/within-deadline.ts'
import { splitQualifier } from '../model/function-arn.ts'
import { DeliveryFailure } from '../s3/shared/announcing/event-sender.ts'
import type { Functions, Invocation } from '../s3/shared/announcing/functions.ts'

/** Source: Lambda Developer Guide, "Configure Lambda function timeout": 15 minutes at the most. */
export const INVOCATION_MILLISECONDS = 15 * 60_000
/** Ours: Lambda's functions return up to 6 MB. */
export const MOST_RETURNED_BYTES = 1024 * 1024

/** A function that a destination stands for. */
export interface Invocable {
  /** `qualifier`: the version or alias that is asked for. As {@link Functions.invoke}. */
  invoke(payload: string, qualifier: string | undefined, signal: AbortSignal): Promise<Invocation>
}

/** Functions by their ARNs in the config, with how many calls of each may be under way at once; where that names no version, each of its versions and aliases may be asked for. */
export function functionsOf(
  invocables: ReadonlyMap<string, Invocable>,
  concurrencies: ReadonlyMap<string, number> = new Map(),
): Functions {
  const places = new Map([...concurrencies].map(([arn, count]) => [arn, new Places(count)]))
  const find = (arn: string): string | undefined =>
    [arn, splitQualifier(arn)[0]].find((each) => invocables.has(each))
  return {
    find,
    async invoke(arn, payload, signal) {
      const found = find(arn) ?? ''
      const invocable = invocables.get(found)
      if (!invocable) throw new DeliveryFailure('refused', 'the config has no such function')
      const qualifier = found === arn ? undefined : splitQualifier(arn)[1]
      const invoke = (either: AbortSignal) => invocable.invoke(payload, qualifier, either)
      // As on AWS, where a function that takes longer has failed: whoever calls it again waits as long again.
      const work = () => withinDeadline(signal, invoke, INVOCATION_MILLISECONDS, 'refused')
      return places.get(found)?.within(work) ?? work()
    },
  }
}
