/** The words people use for a kind of work, by the one used for it here. */
const synonyms: Readonly<Record<string, string>> = {
  compilation: 'build builds building builder compile compiles compiling compiler make',
  testing: 'test tests tester qa ci',
  containerization: 'docker podman container containers containerisation kubernetes k8s kubectl',
  benchmarking: 'bench benchmark benchmarks perf performance profiling',
  files: 'file filesystem search archive archiving storage transfer sync backup raid nvme',
  dependencies: 'dependency install packages packaging npm',
  inference: 'ollama ollama-inference model-serving llm llm-api ml ai mlx mlx-gpu gpu training',
  media: 'video audio rendering render encoding transcoding',
  documentation: 'docs doc document',
  data: 'analysis analytics database etl',
};

let canonical: ReadonlyMap<string, string> | undefined;

/** The canonical word for a kind of work: `build` and `compile` are `compilation`. An unknown word is its own. */
export function canonicalKind(word: string): string {
  canonical ??= new Map(
    Object.entries(synonyms).flatMap(([kind, words]) => [
      [kind, kind] as const,
      ...words.split(' ').map((one) => [one, kind] as const),
    ]),
  );
  const plain = word.trim().toLowerCase();
  return canonical.get(plain) ?? plain;
}
