import { useEffect, useRef } from 'preact/hooks'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { commonTexts } from '../texts/common.ts'
import { isDark, theme } from './theme.ts'

export interface ChartProps {
  readonly title: string
  readonly names: readonly string[]
  /** Seconds since 1970. */
  readonly times: readonly number[]
  /** As many rows as there are names. */
  readonly values: readonly (readonly (number | undefined)[])[]
}

const HEIGHT = 160
const SHORTEST_SECONDS = 60
const COLOURS = ['--accent', '--warning', '--danger']

/** Lines over time. What they show now is told in words too. */
export function Chart({ title, names, times, values }: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<UPlot | undefined>(undefined)
  const themed = `${theme.value} ${isDark.value}`
  useEffect(() => {
    const element = place.current
    if (!element) return
    const made = new UPlot(optionsOf(element, names), [[]], element)
    plot.current = made
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      made.destroy()
    }
  }, [themed, names.length])
  useEffect(() => {
    plot.current?.setData([[...times], ...values.map((row) => [...row])] as UPlot.AlignedData)
  }, [times, values, themed])
  const now = names.map((name, index) => {
    const value = values[index]?.at(-1)
    return commonTexts.now(
      name,
      value === undefined ? '—' : value.toLocaleString(undefined, { maximumFractionDigits: 1 }),
    )
  })
  return (
    <figure class="chart">
      <figcaption>
        {title} <span class="dim">{now.join(' · ')}</span>
      </figcaption>
      <div ref={place} aria-hidden="true" />
    </figure>
  )
}

/** Until there are points: the minute that ends now. uPlot's types do not tell that it asks with `null` then. */
function timeRange(least: number | null, most: number | null): [number, number] {
  const end = most ?? Date.now() / 1000
  return [Math.min(least ?? end, end - SHORTEST_SECONDS), end]
}

function optionsOf(element: HTMLElement, names: readonly string[]): UPlot.Options {
  const style = getComputedStyle(document.documentElement)
  // Canvas knows no light-dark(): a probe has the browser say which colour it is.
  const colour = (name: string): string => {
    const probe = document.createElement('span')
    probe.style.color = style.getPropertyValue(name)
    element.append(probe)
    const { color } = getComputedStyle(probe)
    probe.remove()
    return color
  }
  const axis = {
    stroke: colour('--dim'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  }
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      // A minute at the least, so that the first points are seen where they are.
      x: { range: (_, least, most) => timeRange(least, most) },
      y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] },
    },
    axes: [axis, { ...axis, size: 48 }],
    series: [
      {},
      ...names.map((label, index) => ({
        label,
        stroke: colour(COLOURS[index] ?? '--accent'),
        width: 1.5,
        points: { show: false },
      })),
    ],
  }
}
