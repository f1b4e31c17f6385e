import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { VersionOrder } from '../metadata/tables/rows.ts'
import { nextOrder } from '../s3/shared/object/version-order.ts'
import { systemRandom } from '../base/random.ts'
import { type Placeable, placesOf } from './version-places.ts'

const none = (): undefined => undefined

/** Newest first, as sources list them: some of the same time, some with a clock that went back. */
const listed = fc
  .array(fc.integer({ min: 1_700_000_000, max: 1_700_000_005 }), { maxLength: 12 })
  .map((seconds) =>
    seconds.map((each, index): Placeable => ({
      versionId: `id-${index}`,
      modifiedMilliseconds: each * 1000,
    })),
  )

function expectSorted(places: readonly VersionOrder[]): void {
  expect(places).toEqual([...new Set(places)].toSorted())
  for (const place of places) expect(place).toMatch(/^[0-9a-f]{32}$/)
}

describe('places', () => {
  it('are in the order of the list, and the same each time', () => {
    fc.assert(
      fc.property(listed, (versions) => {
        const places = placesOf(versions, none, undefined)
        expectSorted(places)
        expect(placesOf(versions, none, undefined)).toEqual(places)
      }),
    )
  })

  it('leave those that are there where they are, and go between them', () => {
    fc.assert(
      fc.property(listed, fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), (versions, wasThere) => {
        const there = versions.filter((_, index) => wasThere[index])
        const before = placesOf(there, none, undefined)
        const placeOf = (version: Placeable) => before[there.indexOf(version)]
        const places = placesOf(versions, placeOf, undefined)
        expectSorted(places)
        for (const version of there) expect(places[versions.indexOf(version)]).toBe(placeOf(version))
      }),
    )
  })

  it('are the ids of another store of this kind', () => {
    let latest: VersionOrder | undefined
    const ids = [5, 5, 3, 9].map(
      (seconds) => (latest = nextOrder(new Date(seconds * 1000), systemRandom, latest)),
    )
    const versions = ids.toReversed().map((versionId) => ({ versionId, modifiedMilliseconds: 9000 }))
    expect(placesOf(versions, none, undefined)).toEqual(ids.toReversed())
  })

  it('are by the times where ids only look like those of such a store', () => {
    const versions = ['f', '0', 'c'].map((digit) => ({
      versionId: digit.repeat(32),
      modifiedMilliseconds: 1.7e12,
    }))
    const places = placesOf(versions, none, undefined)
    expectSorted(places)
    for (const { versionId } of versions) expect(places).not.toContain(versionId)
  })

  it('go on behind the versions of an earlier list', () => {
    const versions = [{ versionId: 'a', modifiedMilliseconds: 5000 }]
    const [first] = placesOf(versions, none, undefined)
    const [next = ''] = placesOf([{ versionId: 'b', modifiedMilliseconds: 9000 }], none, first)
    expect(next > (first ?? '')).toBe(true)
  })
})
