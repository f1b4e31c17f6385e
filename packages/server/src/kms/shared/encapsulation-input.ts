import { dryRun, keyName } from './common-inputs.ts'
import { grantTokens } from './grant-tokens.ts'
import { oneOf } from './read-input.ts'

/** What Encapsulate and Decapsulate have in common. */
export const encapsulationMembers = {
  KeyId: keyName,
  EncapsulationAlgorithm: oneOf('ML_KEM'),
  GrantTokens: grantTokens,
  DryRun: dryRun,
}
