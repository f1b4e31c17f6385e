import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  type CreateInstanceProfileCommandInput,
  GetInstanceProfileCommand,
  type IAMClient,
} from '@aws-sdk/client-iam'

/** A new instance profile, with a role in it where one is named; its name. */
export async function profileWith(
  iam: IAMClient,
  InstanceProfileName: string,
  RoleName?: string,
  input: Partial<CreateInstanceProfileCommandInput> = {},
): Promise<string> {
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName, ...input }))
  if (RoleName !== undefined) {
    await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }))
  }
  return InstanceProfileName
}

/** The names of the roles that are in one. */
export async function rolesIn(iam: IAMClient, InstanceProfileName: string) {
  const { InstanceProfile } = await iam.send(new GetInstanceProfileCommand({ InstanceProfileName }))
  return InstanceProfile?.Roles?.map(({ RoleName }) => RoleName)
}

export const noProfile = {
  name: 'NoSuchEntityException',
  message: 'Instance Profile nobody cannot be found.',
  $metadata: { httpStatusCode: 404 },
}
