import { S3_ACTIONS } from '../../../access/s3-actions.ts'

const NO_KEY = /^(?:create(?:key|customkeystore)|list(?:keys|aliases)|generaterandom|.*customkeystores?)$/
const IAM_TYPES = ['User', 'Role', 'Group', 'Policy'] as const

/**
 * The form of an ARN of what an action is about; `*` where it has none. Sources: IAM API Reference, EvaluationResult,
 * `EvalResourceName`; Service Authorization Reference, "Resource types defined by …".
 */
export function resourceTemplate(action: string): string {
  const [service = '', name = ''] = action.toLowerCase().split(':')
  switch (service) {
    case 's3':
      return s3Template(action.toLowerCase())
    case 'kms':
      return NO_KEY.test(name) ? '*' : 'arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}'
    case 'sts':
      return name.startsWith('assumerole') ? iamTemplate('Role') : '*'
    case 'iam':
      return iamTemplate(iamTypeOf(name))
    default:
      return '*'
  }
}

function s3Template(action: string): string {
  const on = S3_ACTIONS.get(action)
  if (on === 'object') return 'arn:${Partition}:s3:::${BucketName}/${KeyName}'
  return on === 'bucket' ? 'arn:${Partition}:s3:::${BucketName}' : '*'
}

function iamTemplate(type: (typeof IAM_TYPES)[number] | undefined): string {
  if (type === undefined) return '*'
  return `arn:\${Partition}:iam::\${Account}:${type.toLowerCase()}/\${${type}NameWithPath}`
}

/** Whose name stands first in an operation's; members of groups are on the group, and whole lists on nothing. */
function iamTypeOf(name: string): (typeof IAM_TYPES)[number] | undefined {
  if (/^list(?:users|roles|groups|policies)$/.test(name)) return undefined
  if (/user(?:to|from)group$/.test(name)) return 'Group'
  const places = IAM_TYPES.map((type) => [type, name.indexOf(type.toLowerCase())] as const)
  const [first] = places.filter(([, place]) => place >= 0).toSorted(([, one], [, other]) => one - other)
  return first?.[0]
}
