// Runs before the first paint, so that a remembered mode does not flash the other one.
try {
  const mode = localStorage.getItem('shuke.mode');
  if (mode) document.documentElement.dataset.theme = mode;
} catch {
  // Storage is refused in some private windows; the system's mode is used.
}
