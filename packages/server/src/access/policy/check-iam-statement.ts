import { type Elements, isElements, textsOf } from './elements.ts'
import type { IamPolicyKind } from './policy.ts'
import { checkSharedProviders } from './shared-identity-providers.ts'
import { PolicyError } from './policy-error.ts'

const SYNTAX = 'Syntax errors in policy.'
const NO_VENDOR = 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'

const PARTITIONS: ReadonlySet<string> = new Set(['aws', 'aws-cn', 'aws-us-gov', 'aws-iso', 'aws-iso-b', '*'])

/** Throws a PolicyError with IAM's words where a statement is none of its policy's kind. What any policy must have is not checked. */
export function checkIamStatement(statement: unknown, kind: IamPolicyKind): void {
  if (!isElements(statement)) throw new PolicyError(SYNTAX)
  const { Effect, Sid } = statement
  if (Effect !== 'Allow' && Effect !== 'Deny') throw new PolicyError(SYNTAX)
  if (typeof Sid === 'string' && !/^[0-9A-Za-z]*$/.test(Sid)) throw new PolicyError(SID)
  if (kind === 'identity') checkIdentity(statement)
  else checkTrust(statement)
  checkConditions(statement['Condition'])
}

const SID =
  'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*'

function checkIdentity(statement: Elements): void {
  if (statement['Principal'] !== undefined || statement['NotPrincipal'] !== undefined) {
    throw new PolicyError('Policy document should not specify a principal.')
  }
  for (const action of requiredTexts(statement, 'Action', 'actions')) checkAction(action)
  for (const resource of requiredTexts(statement, 'Resource', 'resources')) checkResource(resource)
}

/** Source: IAM User Guide, "How to use trust policies with IAM roles": they are about who may assume the role. */
function checkTrust(statement: Elements): void {
  for (const prohibited of ['Resource', 'NotResource', 'NotPrincipal']) {
    if (statement[prohibited] !== undefined) throw new PolicyError(`Has prohibited field ${prohibited}`)
  }
  if (statement['Principal'] === undefined) throw new PolicyError('Missing required field Principal')
  for (const action of requiredTexts(statement, 'Action', 'actions')) {
    checkAction(action)
    if (/^sts:/i.test(action)) continue
    throw new PolicyError('AssumeRole policy may only specify STS AssumeRole actions.')
  }
  checkSharedProviders(statement)
}

function requiredTexts(statement: Elements, name: string, what: string): readonly string[] {
  const value = statement[name] ?? statement[`Not${name}`]
  if (value === undefined) throw new PolicyError(`Policy statement must contain ${what}.`)
  const texts = textsOf(value)
  if (!texts) throw new PolicyError(SYNTAX)
  if (texts.length === 0) throw new PolicyError(`Policy statement must contain ${what}.`)
  return texts
}

function checkAction(action: string): void {
  if (action === '*') return
  const [vendor = '', name, more] = action.split(':')
  if (name === undefined) throw new PolicyError(NO_VENDOR)
  if (more !== undefined) throw new PolicyError('Actions/Condition can contain only one colon.')
  if (!/^[\w-]+$/.test(vendor)) throw new PolicyError(`Vendor ${vendor} is not valid`)
}

function checkResource(resource: string): void {
  if (resource === '*') return
  const [arn, partition = '', vendor = '', region = '', account, ...rest] = resource.split(':')
  const [path] = rest
  if (arn !== 'arn' || path === undefined) {
    throw new PolicyError(`Resource ${resource} must be in ARN format or "*".`)
  }
  if (!PARTITIONS.has(partition)) {
    throw new PolicyError(`Partition "${partition}" is not valid for resource "${resource}".`)
  }
  if (!/^[\w-]+$/.test(vendor) && vendor !== '*') {
    throw new PolicyError('Resource vendor must be fully qualified and cannot contain regexes.')
  }
  const hasRegion = region !== '' && region !== '*'
  if (vendor === 'iam') {
    if (hasRegion) throw new PolicyError(`IAM resource ${resource} cannot contain region information.`)
    checkIamPath(rest.join(':'))
  }
  // Of an account there are access points and jobs, which have one.
  if (vendor === 's3' && hasRegion && account === '') {
    throw new PolicyError(`Resource ${resource} can not contain region information.`)
  }
}

const IAM_PATHS = [
  'user/',
  'federated-user/',
  'role/',
  'group/',
  'instance-profile/',
  'mfa/',
  'server-certificate/',
  'policy/',
  'sms-mfa/',
  'saml-provider/',
  'oidc-provider/',
  'report/',
  'access-report/',
]

/** What begins with a pattern may be any of them. */
function checkIamPath(path: string): void {
  const [kind = ''] = path.split('/')
  if (path === 'root' || /[*?$]/.test(kind) || IAM_PATHS.some((start) => path.startsWith(start))) return
  throw new PolicyError(`IAM resource path must either be "*", root, or start with ${IAM_PATHS.join(', ')}.`)
}

/** Keys of identity providers have a colon too, behind the provider's name. */
function checkConditions(value: unknown): void {
  if (!isElements(value)) return
  for (const keys of Object.values(value)) {
    if (!isElements(keys)) continue
    if (Object.keys(keys).some((key) => !key.includes(':'))) throw new PolicyError(NO_VENDOR)
  }
}
