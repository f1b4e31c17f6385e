import { signal } from '@preact/signals'
import { lazy } from '../shared/lazy.tsx'
import type { ObjectName } from '../api/object-details.ts'

/** The object that is being shared. */
export const sharing = signal<ObjectName | undefined>(undefined)

// Who goes elsewhere shares it no longer.
addEventListener('hashchange', () => (sharing.value = undefined))

const ShareDialog = lazy(() => import('./share-dialog.tsx').then(({ ShareDialog }) => ShareDialog))

/** Where the window for sharing appears. */
export function ShareDialogPlace() {
  const object = sharing.value
  return object ? <ShareDialog object={object} onClose={() => (sharing.value = undefined)} /> : null
}
