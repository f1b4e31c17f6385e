import { expect, it } from 'vitest'
import { providerClaims } from '../../../federation/provider-claims.ts'
import { keysInSession, keysInTrust } from './web-identity.ts'

const GITHUB = 'token.actions.githubusercontent.com'
const token = {
  subject: 'repo:a/b:ref:refs/heads/main',
  client: 'sts.amazonaws.com',
  audiences: ['sts.amazonaws.com'],
  methods: [],
  email: undefined,
  tags: [],
  transitiveTagKeys: [],
  sourceIdentity: undefined,
  roles: undefined,
}
/** Source: GitHub Docs, "OpenID Connect reference". */
const claims = {
  repository: 'a/b',
  repository_id: '74',
  repository_owner_id: '65',
  job_workflow_ref: 'a/b/.github/workflows/w.yml@refs/heads/main',
  ref: 'refs/heads/main',
  environment: 'production',
  actor: 'somebody',
  run_id: '7',
  workflow: 7,
}

it.each([GITHUB, `${GITHUB}/our-company`])(
  '%s has keys of its own in trust policies, not in sessions',
  (address) => {
    const ofProvider = providerClaims(`https://${address}`, claims)
    const keys = keysInTrust({ address }, { ...token, ofProvider })
    expect(keys).toMatchObject({
      [`${address}:sub`]: token.subject,
      [`${address}:repository`]: 'a/b',
      [`${address}:repository_id`]: '74',
      [`${address}:repository_owner_id`]: '65',
      [`${address}:job_workflow_ref`]: claims.job_workflow_ref,
      [`${address}:ref`]: 'refs/heads/main',
      [`${address}:environment`]: 'production',
      [`${address}:actor`]: 'somebody',
    })
    // Neither what AWS has no key for nor what is no text.
    expect(Object.keys(keys)).not.toContain(`${address}:run_id`)
    expect(Object.keys(keys)).not.toContain(`${address}:workflow`)
    expect(Object.keys(keysInSession({ address }, token)).toSorted()).toEqual([
      `${address}:aud`,
      `${address}:sub`,
    ])
  },
)

it.each([
  'ci.example.com',
  'token.actions.githubusercontent.com.example.com',
  'vstoken.actions.githubusercontent.com',
])('%s has none', (address) => {
  expect(providerClaims(`https://${address}`, claims)).toEqual({})
})
