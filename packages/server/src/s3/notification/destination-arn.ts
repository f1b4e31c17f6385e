import type { RuleElement } from '../events/notification-rules.ts'

export interface DestinationArn {
  readonly kind: RuleElement['kind']
  readonly region: string
}

const ARN = /^arn:[a-z-]+:(sns|sqs|lambda):([a-z0-9-]+):\d{12}:(\S+)$/
const KINDS = { sns: 'Topic', sqs: 'Queue', lambda: 'CloudFunction' } as const

/** What a destination's ARN tells; `undefined` where it is none. */
export function parseArn(arn: string): DestinationArn | undefined {
  const [, service, region = '', resource = ''] = ARN.exec(arn) ?? []
  if (service !== 'sns' && service !== 'sqs' && service !== 'lambda') return undefined
  if (service === 'lambda' && !resource.startsWith('function:')) return undefined
  return { kind: KINDS[service], region }
}
