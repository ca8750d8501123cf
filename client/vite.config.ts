import { svelte } from "@sveltejs/vite-plugin-svelte";
import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vite";

const api = process.env.TIEOUT_API ?? "http://127.0.0.1:4400";

export default defineConfig({
  plugins: [svelte(), tailwindcss()],
  build: { target: "es2022" },
  server: {
    host: "127.0.0.1",
    port: Number(process.env.TIEOUT_CLIENT_PORT ?? 4401),
    strictPort: true,
    // The public address under `pnpm dev` is this server's, so a bank's webhooks arrive here too.
    proxy: { "/graphql": { target: api, ws: true }, "/api": api, "/webhooks": api },
  },
});
