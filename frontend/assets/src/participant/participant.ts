import "./participant.css";
import { copyButtons, exchangeFragments, hideUnasked, keepTyped, sendOnce, showErrors } from "../shared";
import { offerCheckIn } from "./paired";
import { proveWork } from "./proof";

sendOnce();
copyButtons();
exchangeFragments();
keepTyped();
hideUnasked();
proveWork();
showErrors();
void offerCheckIn();

if ("share" in navigator) {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-share]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      // Closing the sheet without sharing is no error.
      navigator.share({ title: button.dataset.title ?? document.title, url: location.href }).catch(() => undefined);
    });
  }
}
