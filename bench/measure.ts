import { cpuSeconds, ownBytes, peakRssBytes } from './base/process-usage.ts'
import type { Contender, Result, Sample } from './setting/workload.ts'

const LOOK_AT_MEMORY_MILLISECONDS = 100

/**
 * Lets the contenders take turns, one stretch each a round, after a shorter stretch each that does not count. So
 * whatever else the machine does falls on all alike.
 */
export async function measure(
  contenders: readonly Contender[],
  rounds: number,
  seconds: number,
  onSample: (contender: Contender, sample: Sample) => void,
): Promise<Result[]> {
  const samples = new Map<Contender, Sample[]>(contenders.map((contender) => [contender, []]))
  const peaks = new Map<Contender, number>()
  for (const contender of contenders) await contender.warmUp?.()
  for (let round = 0; round <= rounds; round++) {
    for (const contender of contenders) {
      using _ = watchMemory(contender, (bytes) => {
        peaks.set(contender, Math.max(peaks.get(contender) ?? 0, bytes))
      })
      const sample = await measureOnce(contender, round, round === 0 ? Math.ceil(seconds / 2) : seconds)
      await contender.afterRound?.(round)
      if (round === 0) continue
      samples.get(contender)?.push(sample)
      onSample(contender, sample)
    }
  }
  return contenders.map((contender) => ({
    contender: contender.name,
    isCompared: contender.isCompared ?? false,
    samples: samples.get(contender) ?? [],
    peakRssBytes: contender.pid === undefined ? undefined : peakRssBytes(contender.pid),
    peakOwnBytes: peaks.get(contender),
  }))
}

function watchMemory({ pid }: Contender, onBytes: (bytes: number) => void): Disposable {
  if (pid === undefined) return { [Symbol.dispose]: () => undefined }
  return setInterval(() => onBytes(ownBytes(pid)), LOOK_AT_MEMORY_MILLISECONDS)
}

async function measureOnce(contender: Contender, round: number, seconds: number): Promise<Sample> {
  await contender.beforeRound?.(round, seconds)
  const before = cpuOf(contender)
  const load = await contender.run(round, seconds)
  const after = cpuOf(contender)
  return {
    rate: load.units / load.seconds,
    cpuSecondsPerUnit:
      before === undefined || after === undefined ? undefined : (after - before) / load.units,
    latency: load.latency,
    clientLoad: load.clientCpuSeconds === undefined ? undefined : load.clientCpuSeconds / load.seconds,
  }
}

function cpuOf({ pid, nodes }: Contender): number | undefined {
  if (nodes) return nodes.reduce((total, node) => total + cpuSeconds(node), 0)
  return pid === undefined ? undefined : cpuSeconds(pid)
}
