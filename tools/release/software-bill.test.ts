import { expect, it } from 'vitest'
import { shippedPackages } from './shipped-packages.ts'
import { softwareBill } from './software-bill.ts'

it('a bill names each package once, with licence, digest and what needs it, and is the same every time', () => {
  const packages = {
    'packages/server': { dependencies: { '@s/a': '1' } },
    'node_modules/@s/a': {
      version: '1.0.0',
      license: 'MIT',
      dependencies: { b: '1' },
      integrity: 'sha512-AAEC',
    },
    'node_modules/b': { version: '2.0.0', license: '(MIT OR Apache-2.0)' },
    'node_modules/built-in': { version: '3.0.0', license: 'ISC' },
  }
  const subject = {
    name: 'holdfast',
    version: '0.1.0',
    license: 'Apache-2.0',
    time: new Date(0),
    needs: ['node_modules/@s/a'],
    bundled: ['node_modules/built-in'],
  }
  const bill = softwareBill(subject, shippedPackages(packages, 'packages/server'), packages)
  expect(softwareBill(subject, shippedPackages(packages, 'packages/server'), packages)).toBe(bill)
  const [a, b, builtIn] = ['pkg:npm/%40s/a@1.0.0', 'pkg:npm/b@2.0.0', 'pkg:npm/built-in@3.0.0']
  expect(JSON.parse(bill)).toEqual({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    serialNumber: expect.stringMatching(
      /^urn:uuid:[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/,
    ),
    metadata: {
      timestamp: '1970-01-01T00:00:00.000Z',
      component: expect.objectContaining({ name: 'holdfast', purl: 'pkg:npm/holdfast@0.1.0' }),
    },
    components: [
      expect.objectContaining({
        purl: a,
        licenses: [{ license: { id: 'MIT' } }],
        hashes: [{ alg: 'SHA-512', content: '000102' }],
      }),
      expect.objectContaining({ purl: b, licenses: [{ expression: '(MIT OR Apache-2.0)' }] }),
      expect.objectContaining({ purl: builtIn, properties: [{ name: 'holdfast:bundled', value: 'true' }] }),
    ],
    dependencies: [
      { ref: a, dependsOn: [b] },
      { ref: b, dependsOn: [] },
      { ref: builtIn, dependsOn: [] },
      { ref: 'pkg:npm/holdfast@0.1.0', dependsOn: [a, builtIn] },
    ],
  })
})
