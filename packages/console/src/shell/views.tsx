import { BucketList } from '../buckets/bucket-list.tsx'
import { ObjectBrowser } from '../objects/object-browser.tsx'
import { frameTexts } from '../texts/frame.ts'
import { route } from './route.ts'

/** What the address asks for. */
export function View() {
  const [place = 'buckets', name] = route.value.parts
  if (place === 'buckets' && name !== undefined)
    return <ObjectBrowser key={name} bucket={name} prefix={route.value.query['prefix'] ?? ''} />
  if (place === 'buckets') return <BucketList />
  return <p class="empty">{frameTexts.noSuchPlace}</p>
}
