import { BucketList } from '../buckets/bucket-list.tsx'
import { ObjectBrowser } from '../objects/object-browser.tsx'
import { frameTexts } from '../texts/frame.ts'
import { route } from './route.ts'

/** What the address asks for. */
export function View() {
  const { parts, query } = route.value
  const [place = 'buckets', name] = parts
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
  return <p class="empty">{frameTexts.noSuchPlace}</p>
}
