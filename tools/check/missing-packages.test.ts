import { expect, it } from 'vitest'
import { missingPackages } from './missing-packages.ts'

it('names the packages that are to be there, and not those that need not be', () => {
  const packages = {
    '': {},
    'node_modules/here': { version: '1.0.0' },
    'node_modules/new': { version: '1.0.0', dev: true },
    'node_modules/of-another-system': { version: '1.0.0', optional: true },
    'node_modules/if-somebody-has-it': { version: '1.0.0', peer: true },
  }
  expect(missingPackages(packages, (path) => path === 'node_modules/here')).toEqual(['node_modules/new'])
})
