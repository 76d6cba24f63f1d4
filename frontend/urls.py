"""Every page."""

urlpatterns = []
