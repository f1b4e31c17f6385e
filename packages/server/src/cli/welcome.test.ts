import { describe, expect, it } from 'vitest'
import { completeConfig } from '../config/config.ts'
import { welcome } from './welcome.ts'

const accessKeys = [{ accessKeyId: 'HFKEY', secretAccessKey: 'the-secret' }]
const config = completeConfig({ accounts: [{ id: '100000000001', name: 'main', accessKeys }] })
const urls = { url: 'http://127.0.0.1:9000', consoleUrl: 'http://127.0.0.1:9001' }
const credentialsPath = 'data/credentials.json'

describe('welcome', () => {
  it('shows the new key and an example to paste', () => {
    const text = welcome(urls, { config, keysFrom: 'created', credentialsPath }, true)
    expect(text).toContain('Holdfast serves S3 on http://127.0.0.1:9000')
    expect(text).toContain('  console     http://127.0.0.1:9001')
    expect(text).toContain('export AWS_ACCESS_KEY_ID=HFKEY')
    expect(text).toContain('export AWS_SECRET_ACCESS_KEY=the-secret')
    expect(text).toContain('aws --endpoint-url http://127.0.0.1:9000 s3 mb s3://first')
    expect(text).toContain(credentialsPath)
  })

  it('shows no secret to what is no terminal, and says where it is', () => {
    const text = welcome(urls, { config, keysFrom: 'created', credentialsPath }, false)
    expect(text).not.toContain('the-secret')
    expect(text).toContain('HFKEY, its secret is in data/credentials.json')
  })

  it.each(['stored', 'environment', 'config'] as const)(
    'shows no secret when the key is from: %s',
    (keysFrom) => {
      const text = welcome(urls, { config, keysFrom, credentialsPath }, true)
      expect(text).not.toContain('the-secret')
      expect(text).toContain('http://127.0.0.1:9000')
    },
  )

  it('says where a stored secret is', () => {
    const text = welcome(urls, { config, keysFrom: 'stored', credentialsPath }, true)
    expect(text).toContain('HFKEY, its secret is in data/credentials.json')
  })
})
