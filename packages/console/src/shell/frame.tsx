import type { ComponentChildren } from 'preact'
import { session, signOut } from '../api/session.ts'
import { Icon, type IconName } from '../shared/icon.tsx'
import { TransferPanel } from '../transfers/transfer-panel.tsx'
import { frameTexts } from '../texts/frame.ts'
import { linkTo, route } from '../shared/route.ts'
import { useCurrentInSight } from '../shared/use-current-in-sight.ts'
import { ThemeSwitch } from './theme-switch.tsx'
import { viewNameOf } from './view-name.ts'

interface Place {
  readonly name: string
  readonly title: string
  readonly icon: IconName
}

const PLACES: readonly Place[] = [
  { name: 'buckets', title: frameTexts.buckets, icon: 'bucket' },
  { name: 'people', title: frameTexts.people, icon: 'people' },
  { name: 'account', title: frameTexts.account, icon: 'account' },
  { name: 'access', title: frameTexts.access, icon: 'access' },
  { name: 'keys', title: frameTexts.keys, icon: 'key' },
  { name: 'jobs', title: frameTexts.jobs, icon: 'jobs' },
  { name: 'running', title: frameTexts.running, icon: 'running' },
]

/** What stands around every view: the places there are, who has signed in, and what is being sent. */
export function Frame({ children }: { readonly children: ComponentChildren }) {
  const places = useCurrentInSight(route.value.parts[0] ?? '')
  return (
    <div class="frame">
      <a class="skip" href="#main" onClick={focusMain}>
        {frameTexts.skip}
      </a>
      <header class="top">
        <a class="brand" href={linkTo(['buckets'])}>
          <img src="/-/console/icon.svg" alt="" width="24" height="24" />
          {frameTexts.brand}
        </a>
        <Person />
      </header>
      <nav ref={places} class="places side-links" aria-label={frameTexts.places}>
        {PLACES.map((place) => (
          <PlaceLink key={place.name} place={place} />
        ))}
      </nav>
      <main id="main" tabIndex={-1} data-view={viewNameOf(route.value)}>
        {children}
      </main>
      <TransferPanel />
    </div>
  )
}

function focusMain(event: Event): void {
  event.preventDefault()
  document.querySelector<HTMLElement>('#main')?.focus()
}

function PlaceLink({ place }: { readonly place: Place }) {
  const [current = 'buckets'] = route.value.parts
  return (
    <a href={linkTo([place.name])} aria-current={current === place.name ? 'page' : undefined}>
      <Icon name={place.icon} />
      {place.title}
    </a>
  )
}

function Person() {
  const arn = session.value?.arn ?? ''
  return (
    <div class="person">
      <span class="who" title={arn}>
        {nameOf(arn)}
      </span>
      <ThemeSwitch />
      <button type="button" class="quiet" onClick={signOut}>
        <Icon name="sign-out" />
        <span class="wide-only">{frameTexts.signOut}</span>
        <span class="narrow-only visually-hidden">{frameTexts.signOut}</span>
      </button>
    </div>
  )
}

/** `alice` of `arn:aws:iam::100000000001:user/alice`. */
function nameOf(arn: string): string {
  return arn.slice(Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':')) + 1)
}
