const KEY = 'hub.project';

/** Keeps which project somebody worked in, so that they find themselves there again. */
export function rememberProject(projectId: string): void {
  try {
    localStorage.setItem(KEY, projectId);
  } catch {
    // A browser that stores nothing begins with the first project each time.
  }
}

/** The project somebody worked in last in this browser. It may be gone, or another person's. */
export function lastProject(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
