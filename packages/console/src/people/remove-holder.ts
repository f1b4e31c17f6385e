import { iam, iamList } from '../api/iam.ts'
import { xmlText } from '../api/xml.ts'
import type { Holder } from './kinds.ts'

/** IAM deletes nobody who still has something: takes policies, memberships, keys, password and devices off first. */
export async function removeHolder(holder: Holder, name: string): Promise<void> {
  const who = { [`${holder}Name`]: name }
  for (const policy of await iamList(`ListAttached${holder}Policies`, 'AttachedPolicies', who))
    await iam(`Detach${holder}Policy`, { ...who, PolicyArn: xmlText(policy, 'PolicyArn') })
  for (const { textContent } of await iamList(`List${holder}Policies`, 'PolicyNames', who))
    await iam(`Delete${holder}Policy`, { ...who, PolicyName: textContent })
  if (holder === 'User') await stripUser(name)
  if (holder === 'Group')
    for (const user of await iamList('GetGroup', 'Users', who))
      await iam('RemoveUserFromGroup', { ...who, UserName: xmlText(user, 'UserName') })
  await iam(`Delete${holder}`, who)
}

async function stripUser(UserName: string): Promise<void> {
  for (const key of await iamList('ListAccessKeys', 'AccessKeyMetadata', { UserName }))
    await iam('DeleteAccessKey', { UserName, AccessKeyId: xmlText(key, 'AccessKeyId') })
  for (const group of await iamList('ListGroupsForUser', 'Groups', { UserName }))
    await iam('RemoveUserFromGroup', { UserName, GroupName: xmlText(group, 'GroupName') })
  for (const device of await iamList('ListMFADevices', 'MFADevices', { UserName })) {
    const SerialNumber = xmlText(device, 'SerialNumber')
    await iam('DeactivateMFADevice', { UserName, SerialNumber })
    await iam('DeleteVirtualMFADevice', { SerialNumber })
  }
  await iam('DeleteLoginProfile', { UserName }).catch(() => undefined)
}
