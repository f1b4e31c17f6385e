import type { Previewed } from '../access/change-preview.tsx'
import { iam, iamList, policyText } from '../api/iam.ts'
import { xmlChild, xmlText } from '../api/xml.ts'
import { peopleTexts } from '../texts/people.ts'
import { EditedPolicy } from './edited-policy.tsx'
import { PageHead } from './page-head.tsx'
import { holdersOf, ownResources } from './preview-places.ts'

/** A policy of the account's own, whose document is changed as a new version. */
export function PolicyPage({ arn }: { readonly arn: string }) {
  return (
    <div class="setting-place">
      <PageHead kind="policies" name={arn.slice(arn.lastIndexOf('/') + 1)} remove={() => removePolicy(arn)} />
      <EditedPolicy
        title={peopleTexts.versions}
        kind="identity"
        of={arn}
        read={() => documentOf(arn)}
        write={(document) => putDocument(arn, document)}
        preview={({ before, text }) => versionChange(arn, [before, text])}
      />
    </div>
  )
}

async function documentOf(arn: string): Promise<string> {
  const policy = xmlChild(await iam('GetPolicy', { PolicyArn: arn }), 'Policy')
  const VersionId = policy && xmlText(policy, 'DefaultVersionId')
  const version = xmlChild(await iam('GetPolicyVersion', { PolicyArn: arn, VersionId }), 'PolicyVersion')
  return policyText(version && xmlText(version, 'Document'))
}

/** IAM keeps five versions: the oldest makes room. Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html */
const MOST_VERSIONS = 5

async function putDocument(arn: string, document: string): Promise<void> {
  const oldest = await tooOld(arn)
  if (oldest !== undefined) await iam('DeletePolicyVersion', { PolicyArn: arn, VersionId: oldest })
  await iam('CreatePolicyVersion', { PolicyArn: arn, PolicyDocument: document, SetAsDefault: 'true' })
}

/** The version that has to go for a new one. */
async function tooOld(arn: string): Promise<string | undefined> {
  const old = await oldVersions(arn)
  return old.length + 1 >= MOST_VERSIONS ? old.at(-1) : undefined
}

async function versionChange(PolicyArn: string, both: readonly [string, string]): Promise<Previewed> {
  const oldest = await tooOld(PolicyArn)
  return {
    changes: [
      ...(oldest === undefined
        ? []
        : [{ operation: 'DeletePolicyVersion', input: { PolicyArn, VersionId: oldest } }]),
      { operation: 'CreatePolicyVersion', input: { PolicyArn, PolicyDocument: both[1] } },
    ],
    principals: await holdersOf(PolicyArn),
    resources: await ownResources(both),
  }
}

/** Those that do not count, the newest first. */
async function oldVersions(arn: string): Promise<string[]> {
  const versions = await iamList('ListPolicyVersions', 'Versions', { PolicyArn: arn })
  return versions
    .filter((version) => xmlText(version, 'IsDefaultVersion') !== 'true')
    .map((version) => xmlText(version, 'VersionId') ?? '')
}

async function removePolicy(arn: string): Promise<void> {
  for (const VersionId of await oldVersions(arn))
    await iam('DeletePolicyVersion', { PolicyArn: arn, VersionId })
  await iam('DeletePolicy', { PolicyArn: arn })
}
