import { mount } from "svelte";
import App from "./app/App.svelte";
import { openHost } from "./ipc";
import "./styles/base.css";

const target = document.getElementById("app");
if (target) {
  await openHost();
  mount(App, { target });
}
