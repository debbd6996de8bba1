/* Keeps the offline page and its script, and answers with them when the network does not. Nothing else is touched. */
const NAME = "seal-offline";
self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(FILES)));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.method !== "GET" || !FILES.includes(pathname)) return;
  const fresh = fetch(event.request).then(async (answer) => {
    if (answer.ok) await (await caches.open(NAME)).put(event.request, answer.clone());
    return answer;
  });
  event.respondWith(fresh.catch(async () => (await caches.match(event.request)) ?? (await caches.match(pathname)) ?? Response.error()));
});
