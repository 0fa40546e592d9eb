# What is installed, and the Debian package. The program needs nothing of it but itself: the rest is for people.
install(TARGETS smtpspec RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY scenarios DESTINATION ${CMAKE_INSTALL_DATADIR}/smtpspec FILES_MATCHING PATTERN "*.yaml")
install(FILES reports/results.schema.json DESTINATION ${CMAKE_INSTALL_DATADIR}/smtpspec)
install(FILES README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs FILES_MATCHING PATTERN "*.md")
install(FILES completion/smtpspec.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME smtpspec)
install(FILES completion/_smtpspec DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES completion/smtpspec.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

# Schemas for editors.
foreach(language scenario target)
  add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/${language}.schema.json
    COMMAND smtpspec check --schema ${language} >${CMAKE_BINARY_DIR}/${language}.schema.json
    DEPENDS smtpspec)
  list(APPEND schemas ${CMAKE_BINARY_DIR}/${language}.schema.json)
endforeach()
add_custom_target(schemas ALL DEPENDS ${schemas})
install(FILES ${schemas} DESTINATION ${CMAKE_INSTALL_DATADIR}/smtpspec)

# The manual pages are made from the program's own tables, by the program.
find_program(SCDOC scdoc)
if(SCDOC AND CMAKE_BUILD_TYPE STREQUAL "Release")
  foreach(page smtpspec:smtpspec.1 scenario:smtpspec-scenario.5 target:smtpspec-target.5)
    string(REGEX REPLACE ":.*" "" name ${page})
    string(REGEX REPLACE ".*:" "" file ${page})
    string(REGEX REPLACE ".*\\." "" section ${page})
    add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/man/${file}.gz
      COMMAND ${PROJECT_SOURCE_DIR}/cmake/man $<TARGET_FILE:smtpspec> ${name} ${CMAKE_BINARY_DIR}/man/${file}
      DEPENDS smtpspec cmake/man VERBATIM)
    list(APPEND man_pages ${CMAKE_BINARY_DIR}/man/${file}.gz)
    install(FILES ${CMAKE_BINARY_DIR}/man/${file}.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
  endforeach()
  add_custom_target(man ALL DEPENDS ${man_pages})
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME smtpspec)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "conformance and fuzz testing for SMTP servers")
set(CPACK_PACKAGE_DESCRIPTION "Runs scenarios against a mail server, compares every reply with what RFC 5321 and its
extensions allow, keeps every octet as evidence, and says by its exit status
whether a release may go out.")
set(CPACK_PACKAGE_CONTACT "smtpspec maintainers <maintainers@smtpspec.invalid>")
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION mail)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_STRIP_FILES ON)
include(CPack)
