import type { RuleElement } from '../../shared/announcing/notification-rules.ts'

export interface DestinationArn {
  readonly kind: RuleElement['kind']
  readonly region: string
}

/** Bounded, for it becomes part of a key of the store. */
const ARN = /^arn:[a-z-]{1,32}:(sns|sqs|lambda):([a-z0-9-]{1,64}):\d{12}:([\x21-\x7e]{1,512})$/
const KINDS = { sns: 'Topic', sqs: 'Queue', lambda: 'CloudFunction' } as const

/** What a destination's ARN tells; `undefined` where it is none. */
export function parseArn(arn: string): DestinationArn | undefined {
  const [, service, region = '', resource = ''] = ARN.exec(arn) ?? []
  if (service !== 'sns' && service !== 'sqs' && service !== 'lambda') return undefined
  if (service === 'lambda' && !resource.startsWith('function:')) return undefined
  return { kind: KINDS[service], region }
}
