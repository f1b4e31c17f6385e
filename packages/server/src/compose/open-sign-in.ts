import { ProviderSignIn } from '../administration/provider-sign-in/provider-sign-in.ts'
import { AddressGuard } from '../administration/sign-in/address-guard.ts'
import { SignIn } from '../administration/sign-in/sign-in.ts'
import type { Log } from '../base/log.ts'
import type { Config } from '../config/config.ts'
import type { ConsoleConfig } from '../config/console-config.ts'
import type { ProviderDocuments, TokenEndpoint } from '../federation/provider-documents.ts'
import type { ConsoleSettings } from '../http/console-door.ts'
import { SignInApi } from '../http/sign-in-api.ts'
import type { IamService } from '../iam/shared/iam-service.ts'

/** All ways to sign in at the console's address. An address that fails at one is held up at all. */
export function openSignIn(
  service: IamService,
  documents: ProviderDocuments & TokenEndpoint,
  { config, log }: { readonly config: Config; readonly log: Log },
): SignInApi {
  const addresses = new AddressGuard(service.clock)
  const { url, providers } = config.console
  return new SignInApi({
    byPassword: new SignIn(service, addresses),
    byProvider: new ProviderSignIn({ service, documents, providers, addresses, log }),
    consoleUrl: url,
  })
}

/** What the page is told of them. */
export function signInSettings({ providers }: ConsoleConfig): ConsoleSettings['signIn'] {
  return { password: true, providers: providers.map(({ id, name }) => ({ id, name })) }
}
