import { expect, it } from 'vitest'
import { scriptEnvironment } from './script-environment.ts'

const accessKey = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG' }

it('tells AWS’s tools all that they need, and no secret of the server', () => {
  const variables = {
    PATH: '/bin',
    HOLDFAST_ROOT_KEYS: 'secret',
    HOLDFAST_SECRET_KEY: 'secret',
    AWS_PROFILE: 'work',
    AWS_SESSION_TOKEN: 'token',
    AWS_ENDPOINT_URL_S3: 'https://elsewhere.example',
    AWS_ACCESS_KEY_ID: 'of-somebody',
    AWS_MAX_ATTEMPTS: '1',
  }
  const server = { url: 'http://0.0.0.0:9000', region: 'eu-central-1', accessKey }
  expect(scriptEnvironment(server, variables)).toEqual({
    PATH: '/bin',
    AWS_MAX_ATTEMPTS: '1',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9000',
    AWS_REGION: 'eu-central-1',
    AWS_DEFAULT_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: accessKey.accessKeyId,
    AWS_SECRET_ACCESS_KEY: accessKey.secretAccessKey,
  })
  expect(scriptEnvironment({ ...server, url: 'https://[::]:9000' }, {})['AWS_ENDPOINT_URL']).toBe(
    'https://[::1]:9000',
  )
})
