import { type Elements, isElements, textsOf } from './elements.ts'
import { PolicyError } from './policy-error.ts'

/**
 * Identity providers that issue the tokens of all their customers alike, and the condition key that tells the customers apart;
 * what begins with a colon is behind the provider's address. Source: IAM User Guide, "Identity-provider controls for shared OIDC
 * providers".
 */
const CONTROLS: ReadonlyMap<string, string> = new Map([
  ['agent.buildkite.com', ':sub'],
  ['api.pulumi.com/oidc', ':aud'],
  ['app.terraform.io', ':sub'],
  ['gitlab.com', ':sub'],
  ['oidc-configuration.audit-log.githubusercontent.com', ':sub'],
  ['oidc.codefresh.io', ':sub'],
  ['oidc.op1.openshiftapps.com/2c51blsaqa9gkjt0o9rt11mle8mmropu', ':sub'],
  ['oidc.op1.openshiftapps.com/2f785sojlpb85i7402pk3qogugim5nfb', ':sub'],
  ['oidc.vercel.com', ':aud'],
  ['proidc.upbound.io', ':sub'],
  ['rh-oidc.s3.us-east-1.amazonaws.com/22ejnvnnturfmt6km08idd0nt4hekbn7', ':sub'],
  ['rh-oidc.s3.us-east-1.amazonaws.com/23e3sd27sju1hoou6ohfs68vbno607tr', ':sub'],
  ['rh-oidc.s3.us-east-1.amazonaws.com/23ne21h005qjl3n33d8dui5dlrmv2tmg', ':sub'],
  ['rh-oidc.s3.us-east-1.amazonaws.com/24jrf12m5dj7ljlfb4ta2frhrcoadm26', ':sub'],
  ['sandboxes.cloud', ':aud'],
  ['scalr.io', ':sub'],
  ['sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d', 'sts:RoleSessionName'],
  ['studio.datachain.ai/api', ':sub'],
  ['token.actions.githubusercontent.com', ':sub'],
  ['tokens.cloud.shisho.dev', ':sub'],
  ['vstoken.actions.githubusercontent.com', ':sub'],
])

const PROVIDER_ARN = /^arn:aws:iam::\d{12}:oidc-provider\/(.+)$/
/** They let nobody in by themselves. */
const BESIDES = /^sts:(?:TagSession|SetSourceIdentity)$/i

/**
 * Throws a PolicyError for a statement of a trust policy that lets everybody in who has a token of such a provider. It is asked
 * of policies that are put, not of those that are there.
 */
export function checkSharedProviders({ Effect, Principal, Action, Condition }: Elements): void {
  if (Effect !== 'Allow' || !isElements(Principal)) return
  if (textsOf(Action)?.every((action) => BESIDES.test(action)) === true) return
  const keys = conditionKeys(Condition)
  for (const name of textsOf(Principal['Federated']) ?? []) {
    const address = PROVIDER_ARN.exec(name)?.[1] ?? ''
    const control = CONTROLS.get(address.toLowerCase())
    if (control === undefined) continue
    const key = control.startsWith(':') ? address + control : control
    if (keys.has(key.toLowerCase())) continue
    throw new PolicyError(
      `The trust policy must have a condition on ${key}: others have tokens of the provider as well.`,
    )
  }
}

/** In lower case. `Null` says nothing of a value. */
function conditionKeys(condition: unknown): ReadonlySet<string> {
  if (!isElements(condition)) return new Set()
  const operators = Object.entries(condition).filter(([operator]) => !/(?:^|:)Null$/i.test(operator))
  return new Set(
    operators.flatMap(([, keys]) =>
      isElements(keys) ? Object.keys(keys).map((key) => key.toLowerCase()) : [],
    ),
  )
}
