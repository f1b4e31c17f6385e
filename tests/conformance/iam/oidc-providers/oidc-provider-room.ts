import {
  CreateOpenIDConnectProviderCommand,
  type CreateOpenIDConnectProviderCommandInput,
} from '@aws-sdk/client-iam'
import { mainAccount } from '../../../support/accounts.ts'
import type { IamRoom } from '../iam-room.suite.ts'

export const THUMBPRINT = '0123456789abcdef0123456789ABCDEF01234567'

export function arnOf(address: string): string {
  return `arn:aws:iam::${mainAccount.id}:oidc-provider/${address}`
}

/** A new provider; the ARN of it. */
export async function makeProvider(
  { iam }: IamRoom,
  address: string,
  input: Partial<CreateOpenIDConnectProviderCommandInput> = {},
): Promise<string> {
  const Url = `https://${address}`
  await iam.send(new CreateOpenIDConnectProviderCommand({ Url, ThumbprintList: [THUMBPRINT], ...input }))
  return arnOf(address)
}

/** What every operation on one provider is asked with. */
export const named = (address = 'team.example.com') => ({ OpenIDConnectProviderArn: arnOf(address) })

export const noSuchProvider = {
  name: 'NoSuchEntityException',
  message: `OpenIDConnect Provider not found for arn ${arnOf('none.example.com')}`,
  $metadata: { httpStatusCode: 404 },
}
