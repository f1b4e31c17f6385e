import type { JSX } from 'preact'
import { BucketList } from '../buckets/bucket-list.tsx'
import { lazy } from '../shared/lazy.tsx'
import { ObjectBrowser } from '../objects/object-browser.tsx'
import { frameTexts } from '../texts/frame.ts'
import { type Route, route } from '../shared/route.ts'
import { type ViewName, viewNameOf } from './view-name.ts'

const BucketSettings = lazy(() =>
  import('../bucket-settings/bucket-settings.tsx').then(({ BucketSettings }) => BucketSettings),
)
const People = lazy(() => import('../people/people.tsx').then(({ People }) => People))
const Account = lazy(() => import('../account/account.tsx').then(({ Account }) => Account))
const Keys = lazy(() => import('../keys/keys.tsx').then(({ Keys }) => Keys))
const Access = lazy(() => import('../access/access.tsx').then(({ Access }) => Access))
const Jobs = lazy(() => import('../jobs/jobs.tsx').then(({ Jobs }) => Jobs))
const Running = lazy(() => import('../running/running.tsx').then(({ Running }) => Running))

const VIEWS: Readonly<Record<ViewName, (route: Route) => JSX.Element>> = {
  buckets: () => <BucketList />,
  objects: ({ parts: [, bucket = ''], query }) => (
    <ObjectBrowser
      key={bucket}
      bucket={bucket}
      prefix={query['prefix'] ?? ''}
      openKey={query['key'] ?? ''}
      isDeleted={query['show'] === 'deleted'}
    />
  ),
  'bucket-settings': ({ parts: [, bucket = '', , name = ''] }) => (
    <BucketSettings key={bucket} bucket={bucket} name={name} />
  ),
  people: ({ parts }) => <People parts={parts.slice(1)} />,
  account: () => <Account />,
  access: () => <Access />,
  keys: () => <Keys />,
  jobs: ({ parts: [, id] }) => <Jobs id={id} />,
  running: () => <Running />,
  nowhere: () => <h1 class="empty">{frameTexts.noSuchPlace}</h1>,
}

/** What the address asks for. */
export function View() {
  return VIEWS[viewNameOf(route.value)](route.value)
}
