import { expect, it } from 'vitest'
import { shippedPackages } from './shipped-packages.ts'

it('what a workspace needs is found as Node finds it, and nothing else', () => {
  const found = shippedPackages(
    {
      'packages/server': { dependencies: { a: '1' }, optionalDependencies: { '@s/b': '1' } },
      'packages/server/node_modules/a': { version: '2', dependencies: { c: '1' } },
      'node_modules/a': { version: '1' },
      'node_modules/@s/b': { dependencies: { c: '1' }, optionalDependencies: { 'other-platform': '1' } },
      'node_modules/@s/b/node_modules/c': { version: '2', dependencies: { a: '1' } },
      'node_modules/c': { version: '1' },
      'node_modules/of-tests': { version: '1' },
    },
    'packages/server',
  )
  expect([...found]).toEqual([
    ['node_modules/@s/b', ['node_modules/@s/b/node_modules/c']],
    ['node_modules/@s/b/node_modules/c', ['node_modules/a']],
    ['node_modules/a', []],
    ['node_modules/c', []],
    ['packages/server/node_modules/a', ['node_modules/c']],
  ])
})
