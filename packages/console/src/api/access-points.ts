import {
  CONTROL_NAMESPACE,
  controlGet,
  controlList,
  controlPlace,
  controlSend,
  controlText,
} from './control.ts'
import type { DocumentPlace } from './documents.ts'
import { xmlChild, xmlEscape, xmlText } from './xml.ts'

/** A way into a bucket by another name. */
export interface AccessPoint {
  readonly name: string
  readonly alias: string
  readonly arn: string
}

export const BLOCKS = [
  'BlockPublicAcls',
  'IgnorePublicAcls',
  'BlockPublicPolicy',
  'RestrictPublicBuckets',
] as const

export type Blocks = Readonly<Record<(typeof BLOCKS)[number], boolean>>

/** Those of the account that lead to a bucket. */
export async function listAccessPoints(bucket: string, signal?: AbortSignal): Promise<AccessPoint[]> {
  const place = { ...controlPlace('accesspoint'), query: { bucket } }
  const found = await controlList(place, ['AccessPointList', 'AccessPoint'], signal)
  return found.map((element) => ({
    name: xmlText(element, 'Name') ?? '',
    alias: xmlText(element, 'Alias') ?? '',
    arn: xmlText(element, 'AccessPointArn') ?? '',
  }))
}

/** What keeps an access point from becoming public; it stays as it was made. */
export async function accessPointBlocks(name: string, signal?: AbortSignal): Promise<Blocks> {
  const block = xmlChild(
    await controlGet(controlPlace('accesspoint', name), signal),
    'PublicAccessBlockConfiguration',
  )
  const isOn = (which: string): boolean => block !== undefined && xmlText(block, which) === 'true'
  return Object.fromEntries(BLOCKS.map((which) => [which, isOn(which)])) as Blocks
}

export async function createAccessPoint(name: string, bucket: string, blocks: Blocks): Promise<void> {
  const block = BLOCKS.map((which) => `<${which}>${blocks[which]}</${which}>`).join('')
  const body = `<CreateAccessPointRequest xmlns="${CONTROL_NAMESPACE}"><Bucket>${xmlEscape(bucket)}</Bucket><PublicAccessBlockConfiguration>${block}</PublicAccessBlockConfiguration></CreateAccessPointRequest>`
  await controlSend('PUT', controlPlace('accesspoint', name), body)
}

/** What is in the bucket stays. */
export async function deleteAccessPoint(name: string): Promise<void> {
  await controlSend('DELETE', controlPlace('accesspoint', name))
}

export function accessPointPolicyPlace(name: string): DocumentPlace {
  return controlPlace('accesspoint', name, 'policy')
}

/** Empty where there is none. */
export async function accessPointPolicy(name: string, signal?: AbortSignal): Promise<string> {
  return controlText(accessPointPolicyPlace(name), 'Policy', signal)
}

export async function putAccessPointPolicy(name: string, policy: string): Promise<void> {
  const body = `<PutAccessPointPolicyRequest xmlns="${CONTROL_NAMESPACE}"><Policy>${xmlEscape(policy)}</Policy></PutAccessPointPolicyRequest>`
  await controlSend('PUT', accessPointPolicyPlace(name), body)
}
