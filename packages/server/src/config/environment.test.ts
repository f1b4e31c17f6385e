import { describe, expect, it } from 'vitest'
import { ConfigError } from './config-error.ts'
import { readEnvironment } from './environment.ts'

const HOLDFAST_ACCESS_KEY = 'AKIAIOSFODNN7EXAMPLE'
const HOLDFAST_SECRET_KEY = 'wJalrXUtnFEMI/K7MDENG'

function problemsIn(variables: Record<string, string>): string[] {
  try {
    readEnvironment(variables)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ path, message }) => `${path}: ${message}`)
    throw error
  }
  return []
}

describe('readEnvironment', () => {
  it('needs nothing', () => {
    expect(readEnvironment({})).toEqual({ accessKey: undefined, logLevel: 'info' })
    expect(
      readEnvironment({ HOLDFAST_ACCESS_KEY: '', HOLDFAST_SECRET_KEY: '', HOLDFAST_LOG_LEVEL: '' }),
    ).toEqual({ accessKey: undefined, logLevel: 'info' })
  })

  it('reads the key pair and the log level', () => {
    const variables = { HOLDFAST_ACCESS_KEY, HOLDFAST_SECRET_KEY, HOLDFAST_LOG_LEVEL: 'debug' }
    expect(readEnvironment(variables)).toEqual({
      accessKey: { accessKeyId: HOLDFAST_ACCESS_KEY, secretAccessKey: HOLDFAST_SECRET_KEY },
      logLevel: 'debug',
    })
  })

  it('reads what is set up, and names what nobody knows', () => {
    const variables = {
      HOLDFAST_CONFIG: '{}',
      HOLDFAST_BUCKETS: ' one, two,',
      HOLDFAST_READY_SCRIPTS: '/scripts',
      HOLDFAST_LOGLEVEL: 'debug',
      HOLDFAST_ROOT_KEYS: '',
      HOLDFAST_PORT: 'tcp://10.0.0.1:9000',
      HOLDFAST_PORT_9000_TCP_PORT: '9000',
      HOLDFAST_SERVICE_HOST: '10.0.0.1',
    }
    expect(readEnvironment(variables)).toEqual({
      accessKey: undefined,
      logLevel: 'info',
      configText: '{}',
      buckets: ['one', 'two'],
      readyScripts: '/scripts',
      unknown: ['HOLDFAST_LOGLEVEL'],
    })
  })

  it('wants both keys or neither', () => {
    const message = 'is missing; set both keys or neither'
    expect(problemsIn({ HOLDFAST_ACCESS_KEY })).toEqual([`HOLDFAST_SECRET_KEY: ${message}`])
    expect(problemsIn({ HOLDFAST_SECRET_KEY })).toEqual([`HOLDFAST_ACCESS_KEY: ${message}`])
  })

  it('lists every mistake, and never the secret', () => {
    const problems = problemsIn({
      HOLDFAST_ACCESS_KEY: 'a b',
      HOLDFAST_SECRET_KEY: 'has a space',
      HOLDFAST_LOG_LEVEL: 'loud',
    })
    expect(problems).toEqual([
      'HOLDFAST_ACCESS_KEY: expected 3 to 128 letters, digits, or any of . _ @ -',
      'HOLDFAST_SECRET_KEY: expected 8 to 128 visible ASCII characters without spaces',
      'HOLDFAST_LOG_LEVEL: expected one of debug, info, warn, error, silent',
    ])
  })
})
