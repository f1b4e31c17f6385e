import { BucketList } from '../buckets/bucket-list.tsx'
import { lazy } from '../shared/lazy.tsx'
import { ObjectBrowser } from '../objects/object-browser.tsx'
import { frameTexts } from '../texts/frame.ts'
import { route } from './route.ts'

const BucketSettings = lazy(() =>
  import('../bucket-settings/bucket-settings.tsx').then(({ BucketSettings }) => BucketSettings),
)

const People = lazy(() => import('../people/people.tsx').then(({ People }) => People))

const Keys = lazy(() => import('../keys/keys.tsx').then(({ Keys }) => Keys))
const Access = lazy(() => import('../access/access.tsx').then(({ Access }) => Access))
const Running = lazy(() => import('../running/running.tsx').then(({ Running }) => Running))

/** What the address asks for. */
export function View() {
  const { parts, query } = route.value
  const [place = 'buckets', name, part, open = ''] = parts
  if (place === 'buckets' && name !== undefined && part === 'settings')
    return <BucketSettings key={name} bucket={name} name={open} />
  if (place === 'buckets' && name !== undefined)
    return (
      <ObjectBrowser
        key={name}
        bucket={name}
        prefix={query['prefix'] ?? ''}
        openKey={query['key'] ?? ''}
        isDeleted={query['show'] === 'deleted'}
      />
    )
  if (place === 'buckets') return <BucketList />
  if (place === 'people') return <People parts={parts.slice(1)} />
  if (place === 'keys') return <Keys />
  if (place === 'access') return <Access />
  if (place === 'running') return <Running />
  return <p class="empty">{frameTexts.noSuchPlace}</p>
}
