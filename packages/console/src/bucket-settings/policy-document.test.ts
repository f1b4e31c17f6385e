import { expect, it } from 'vitest'
import { isPublicPolicy, withGrant } from './policy-document.ts'

const grant = { who: 'anybody', account: '', action: 'read', bucket: 'b', prefix: 'docs/' } as const

it('lets one more in, and tells who lets everybody in', () => {
  const text = withGrant('', grant)
  expect(JSON.parse(text)).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: '*',
        Action: ['s3:GetObject', 's3:GetObjectVersion'],
        Resource: 'arn:aws:s3:::b/docs/*',
      },
    ],
  })
  expect(isPublicPolicy(text)).toBe(true)
  const other = withGrant('', { ...grant, who: 'otherAccount', account: '100000000002', action: 'list' })
  expect(isPublicPolicy(other)).toBe(false)
  expect(JSON.parse(withGrant(other, grant))).toMatchObject({ Statement: [{}, { Principal: '*' }] })
})

it.each([
  ['{"Statement":{"Effect":"Allow","Principal":{"AWS":["1","*"]}}}', true],
  ['{"Statement":{"Effect":"Deny","Principal":"*"}}', false],
  ['{"Statement":[null,7]}', false],
  ['no JSON', false],
])('%s', (text, isPublic) => {
  expect(isPublicPolicy(text)).toBe(isPublic)
})
